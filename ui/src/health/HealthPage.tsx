// Made in the next step.
export function HealthPage() {
  return <p />;
}
