"""The peer Chainlit: each message is answered by the model, token by token."""

import os

import chainlit as cl
from openai import AsyncOpenAI

client = AsyncOpenAI(api_key="any", base_url=os.environ["MODEL_URL"])


@cl.on_message
async def answer(question: cl.Message) -> None:
    message = cl.Message(content="")
    stream = await client.chat.completions.create(
        model="scripted", messages=[{"role": "user", "content": question.content}], stream=True
    )
    async for chunk in stream:
        if chunk.choices and (token := chunk.choices[0].delta.content):
            await message.stream_token(token)
    await message.update()
