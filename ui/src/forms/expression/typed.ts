// Typed text becomes a change of the document here, and not in the page.
// A browser that edits the page keeps the look of what was replaced as an inline style, which the policy forbids.
import { EditorView } from "@codemirror/view";

export const TYPED = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || event.isComposing || event.data === null || view.state.readOnly) return false;
    const { from, to } = view.state.selection.main;
    if (view.state.selection.ranges.length > 1) return false;
    const text = event.data;
    const plainly = () =>
      view.state.update({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: "input.type", scrollIntoView: true });
    event.preventDefault();
    const isTaken = view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, plainly));
    if (!isTaken) view.dispatch(plainly());
    return true;
  },
});
