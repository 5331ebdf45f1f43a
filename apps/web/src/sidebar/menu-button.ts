/** A row's button is there for fingers and keyboards; a mouse sees it when it comes near. */
export const MENU_BUTTON =
  'md:opacity-0 md:group-hover:opacity-100 md:focus-visible:opacity-100 md:data-[state=open]:opacity-100';
