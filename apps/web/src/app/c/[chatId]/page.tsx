/** One chat. The shell shows it: it knows the address, also when that changes without a visit to the server. */
export default function ChatPage() {
  return null;
}
