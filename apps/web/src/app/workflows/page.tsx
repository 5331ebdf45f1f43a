/** The shell shows this place: it knows the address. */
export default function WorkflowsPage() {
  return null;
}
