"""The benchmark's tenant and requests go on fitting the product that they measure."""

from pathlib import Path

from benchmarks.contenders import tenon_requests
from benchmarks.prepare import prepare_tenant
from tenon.app import create_app
from tenon.config import read_config

OPERATIONS = ("get one", "list 50", "create", "update", "group and sum")
KEY = 7


def test_every_call_of_the_benchmark_is_answered(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/directory.db"
    prepared = prepare_tenant(url, tmp_path, opportunities=50)
    client = create_app(read_config({"TENON_DATA": str(tmp_path), "TENON_DATABASE_URL": url})).test_client()
    headers = (("Authorization", f"Bearer {prepared.token}"),)
    requests = tenon_requests(prepared.slug, headers, (), lambda: KEY)

    for operation in OPERATIONS:
        asked = requests[operation](1)
        answer = client.open(asked.path, method=asked.method, headers=list(asked.headers), data=asked.body)
        assert answer.status_code == asked.status, (operation, answer.text)
