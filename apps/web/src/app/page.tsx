/** A new chat. The shell shows it: it knows the address. */
export default function NewChatPage() {
  return null;
}
