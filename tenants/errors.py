"""What can go wrong with tenants, their data and their versions."""

from __future__ import annotations

from metadata.errors import Invalid, TenonError


class TenantNameInvalid(TenonError):
    """A slug can't stand in addresses and file names (`slug`)."""

    code = "tenant_name_invalid"


class TenantUnknown(TenonError):
    """There is no such tenant, or its data is gone (`slug`)."""

    code = "tenant_unknown"


class TenantExists(TenonError):
    """The slug is taken (`slug`)."""

    code = "tenant_exists"


class TenantBusy(TenonError):
    """The tenant's data stayed locked by others for too long (`slug`); trying again helps."""

    code = "tenant_busy"


class PlaceUnknown(TenonError):
    """A tenant can't be placed on this address of a database (`url`, without its password)."""

    code = "place_unknown"


class DriverMissing(TenonError):
    """The library that talks to this kind of database is not installed (`driver`)."""

    code = "driver_missing"


class PlaceUnreachable(TenonError):
    """The database server that holds the tenant does not answer (`slug`)."""

    code = "place_unreachable"


class VersionUnknown(TenonError):
    """No version of this number was ever published in the tenant (`number`)."""

    code = "version_unknown"


class VersionStale(TenonError):
    """Somebody published in between (`base` is what the change was made from, `current` what holds now)."""

    code = "version_stale"


class VersionUnreadable(TenonError):
    """The published definitions no longer compile to the tables that exist (`number`); publish again."""

    code = "version_unreadable"


class PublishRefused(Invalid):
    """The data of the tenant does not allow a change; the problems say where and how many records."""

    code = "publish_refused"


class NothingHidden(TenonError):
    """There is nothing hidden under this name (`table`, `column`)."""

    code = "nothing_hidden"


class FileMissing(TenonError):
    """The tenant holds no file with this content hash (`sha256`)."""

    code = "file_missing"
