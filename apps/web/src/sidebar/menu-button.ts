/**
 * A row's button is there for fingers; with a mouse it comes when that is near, at the edge, where `FOR_MENU_BUTTON` then
 * makes room for it, so that until then the row has its whole width.
 */
export const MENU_BUTTON =
  'md:pointer-fine:absolute md:pointer-fine:right-0 md:pointer-fine:opacity-0 md:group-hover:opacity-100 md:focus-visible:opacity-100 md:data-[state=open]:opacity-100';

/** What the row of such a button keeps free at its end. */
export const FOR_MENU_BUTTON =
  'md:pointer-fine:pr-2.5 md:pointer-fine:group-hover:pr-9 md:pointer-fine:group-has-[button:is(:focus-visible,[data-state=open])]:pr-9';
