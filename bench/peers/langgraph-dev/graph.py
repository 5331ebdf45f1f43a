"""The peer LangGraph dev server: a graph of one agent."""

import os

from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph

model = ChatOpenAI(model="scripted", api_key="any", base_url=os.environ["MODEL_URL"], streaming=True)


async def agent(state: MessagesState) -> dict:
    return {"messages": [await model.ainvoke(state["messages"])]}


graph = StateGraph(MessagesState).add_node(agent).add_edge(START, "agent").add_edge("agent", END).compile()
