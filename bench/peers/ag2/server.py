"""The peer AG2 0.14: a group chat of two agents behind FastAPI and a WebSocket, its events sent as they come.

A chat goes on when its reader leaves; who comes back hears the rest of its events.
"""

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import uvicorn
from autogen import ConversableAgent, LLMConfig
from autogen.agentchat import a_run_group_chat
from autogen.agentchat.group.patterns import RoundRobinPattern
from fastapi import FastAPI, WebSocket

PORT, MODEL = int(sys.argv[1]), sys.argv[2]


@asynccontextmanager
async def lifespan(_app: FastAPI):
    # Its default pool answers a handful of chats at a time.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(256))
    yield


app = FastAPI(lifespan=lifespan)
chats: dict[str, list[WebSocket]] = {}


def pattern() -> RoundRobinPattern:
    model = {"model": "scripted", "api_key": "any", "base_url": MODEL, "price": [0, 0], "stream": True}
    config = LLMConfig(model, cache_seed=None)
    agents = [
        ConversableAgent(name=name, system_message="You are a helpful assistant.", llm_config=config)
        for name in ("assistant", "critic")
    ]
    return RoundRobinPattern(initial_agent=agents[0], agents=agents)


async def run(chat_id: str, text: str) -> None:
    try:
        # The question and one answer: two messages.
        response = await a_run_group_chat(pattern=pattern(), messages=text, max_rounds=2)
        async for event in response.events:
            if event.type in ("stream", "text", "run_completion"):
                content = {"content": event.content.content} if event.type != "run_completion" else {}
                sender = getattr(event.content, "sender", None)
                await send(chat_id, {"type": event.type, "sender": sender, **content})
    except Exception as error:
        await send(chat_id, {"type": "error", "content": str(error)})
    finally:
        chats.pop(chat_id)


async def send(chat_id: str, event: dict) -> None:
    for socket in list(chats[chat_id]):
        try:
            await socket.send_json(event)
        except Exception:
            chats[chat_id].remove(socket)


@app.get("/")
def health() -> str:
    return "ok"


@app.websocket("/chats/{chat_id}")
async def chat(socket: WebSocket, chat_id: str) -> None:
    await socket.accept()
    if chat_id in chats:
        chats[chat_id].append(socket)
    tasks = set()
    async for text in socket.iter_text():
        if chat_id not in chats:
            chats[chat_id] = [socket]
            tasks.add(asyncio.create_task(run(chat_id, text)))


uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="info")
