"""An agent: it claims nodes of runs, keeps its claim alive, works, and hands in."""

import json
import os
import threading
import time
import urllib.request

SITE, KEY = os.environ.get("ELF_URL", "http://127.0.0.1:8000"), os.environ["ELF_KEY"]
NAME = os.environ.get("ELF_AGENT", f"echo-{os.getpid()}")


def post(path, **body):
    head = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    ask = urllib.request.Request(f"{SITE}/api/v1{path}", json.dumps(body).encode(), head)
    with urllib.request.urlopen(ask, timeout=30) as answer:  # 204, nothing waits, has no body
        return json.loads(answer.read() or "null")


def keep_alive(node, done):
    while not done.wait(node["lease_seconds"] / 3):
        post(f"/nodes/{node['execution_id']}/heartbeat", token=node["token"])


def work(node):  # here your agent does what node["prompt"] asks, knowing node["context"]
    time.sleep(float(os.environ.get("ELF_WORK", "1")))
    return {"text": f"{NAME} echoes: {node['prompt']}", "result": {node["node_id"]: "done"}}


while True:
    done = threading.Event()
    try:
        if node := post("/claims", agent_id=NAME, lease_seconds=60):
            threading.Thread(target=keep_alive, args=(node, done), daemon=True).start()
            post(f"/nodes/{node['execution_id']}/complete", token=node["token"], **work(node))
        time.sleep(0 if node else 1)
    except OSError as error:  # refused, asked too often, or nobody there
        print(NAME, error, flush=True)
        time.sleep(5)
    done.set()
