// Made in the next step.
export function SchedulesPage() {
  return <p />;
}
