// Made in the next step.
export function SchedulePage(_: { id: string }) {
  return <p />;
}
