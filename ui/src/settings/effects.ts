// What a module does to the world, in words.

export const EFFECTS: Record<string, string> = {
  none: "only computes",
  read: "reads from outside",
  write: "writes outside; may be repeated",
  irreversible: "cannot be undone, and is never repeated",
  depends: "its effect depends on its settings",
};
