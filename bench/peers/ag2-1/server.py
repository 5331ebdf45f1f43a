"""The peer AG2 1.2: one agent behind FastAPI and a WebSocket, its stream of events sent as they come.

A chat goes on when its reader leaves; who comes back hears the rest of its events.
"""

import asyncio
import sys

import uvicorn
from ag2 import Agent, MemoryStream
from ag2.config import OpenAIConfig
from ag2.events import ModelMessageChunk
from fastapi import FastAPI, WebSocket

PORT, MODEL = int(sys.argv[1]), sys.argv[2]

app = FastAPI()
chats: dict[str, list[WebSocket]] = {}
agent = Agent(
    "assistant",
    prompt="You are a helpful assistant.",
    config=OpenAIConfig(model="scripted", api_key="any", base_url=MODEL, streaming=True),
)


async def run(chat_id: str, text: str) -> None:
    stream = MemoryStream()

    @stream.where(ModelMessageChunk).subscribe()
    async def on_chunk(event: ModelMessageChunk) -> None:
        await send(chat_id, {"type": "stream", "content": event.content})

    try:
        reply = await agent.ask(text, stream=stream)
        await send(chat_id, {"type": "text", "sender": "assistant", "content": reply.body})
        await send(chat_id, {"type": "run_completion"})
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
