"""`tenon serve`: the web server, with several processes of several threads."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import socket
from pathlib import Path

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config as GunicornConfig
from gunicorn.glogging import Logger

from metadata.errors import TenonError
from metadata.sentences import sentence
from runtime.install import upgrade
from runtime.web.assets import AssetsMissing, manifest
from tenants.catalog import state
from tenon.app import create_app
from tenon.commands.arguments import command
from tenon.config import Config
from tenon.desk import Answer, Desk
from tenon.logs import start_logging

logger = logging.getLogger("tenon.serving")

SHARED_MEMORY = Path("/dev/shm")


class PortUnusable(TenonError):
    """The address to listen on is taken or not ours (`host`, `port`, `reason`)."""

    code = "port_unusable"


class PagesNotBuilt(TenonError):
    """The pages' scripts and styles have not been built."""

    code = "assets_missing"


def add(commands: argparse._SubParsersAction, shared: argparse.ArgumentParser) -> None:
    """Add the command."""
    parser = command(commands, "serve", serve, shared, text="serve all tenants over HTTP until stopped")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default %(default)s: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default %(default)s)")
    parser.add_argument("--threads", type=int, default=8, help="threads of each process (default %(default)s)")


def serve(desk: Desk, asked: argparse.Namespace) -> Answer:
    """Serve; returns only by leaving the process."""
    config = desk.config
    _check_pages()
    _check_port(asked.host, asked.port)
    start_logging()
    _upgrade_tenants(desk)
    _share_memory()
    _Server(config, {
        "bind": f"[{asked.host}]:{asked.port}" if ":" in asked.host else f"{asked.host}:{asked.port}",
        "workers": asked.workers,
        "threads": asked.threads,
        "worker_class": "gthread",
        "worker_tmp_dir": str(SHARED_MEMORY) if os.access(SHARED_MEMORY, os.W_OK) else None,
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": 30,
        "limit_request_line": 8190,
        "control_socket_disable": True,
        "logger_class": _Logger,
    }).run()
    return Answer({})


def _check_pages() -> None:
    try:
        manifest()
    except AssetsMissing as error:
        raise PagesNotBuilt() from error


def _check_port(host: str, port: int) -> None:
    """Say in a sentence that a port is taken, before the server says it in its own way."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return
    except (OSError, OverflowError) as error:
        raise PortUnusable(host=host, port=port, reason=getattr(error, "strerror", None) or str(error)) from error


def _upgrade_tenants(desk: Desk) -> None:
    """Bring tenants that an earlier release published to this one; the log is told of those that can't be."""
    current: set[str] = set()
    for tenant in desk.directory.tenants():
        try:
            with desk.storage.reading(tenant) as connection:
                checksum = state(connection).checksum
            if checksum in current:
                continue
            if upgrade(desk.storage, tenant):
                logger.info("tenant %s was upgraded to this release", tenant.slug)
            else:
                current.add(checksum)
        except TenonError as error:
            reasons = "; ".join(sentence(each, "en") for each in error.problems[:10])
            logger.error("tenant %s can't be served by this release: %s", tenant.slug, reasons)
    desk.storage.close()  # connections must not be shared with the processes to come
    desk.directory.close()


def _share_memory() -> None:
    """Keep what is loaded out of later collections, so that the workers go on sharing its pages with this process."""
    gc.collect()
    gc.freeze()


class _Server(BaseApplication):
    """gunicorn without files of its own: its settings are ours."""

    def __init__(self, config: Config, settings: dict[str, object]) -> None:
        self._config = config
        self._settings = settings
        super().__init__(prog="tenon")

    def load_config(self) -> None:
        """Hand over the settings."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application, in each worker for itself."""
        return create_app(self._config)


class _Logger(Logger):
    """Sends what gunicorn says the way of all logs."""

    def setup(self, cfg: GunicornConfig) -> None:
        """Leave handlers and formats to the root logger."""
        self.error_log.propagate = True
        self.error_log.handlers[:] = []
        self.error_log.setLevel(logging.INFO)
