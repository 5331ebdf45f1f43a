/** How the menus of a chat look. */
export const MENU = 'appear z-50 max-w-80 min-w-52 rounded-xl border border-line bg-surface p-1 shadow-lg';

/** One line of a menu. */
export const MENU_ITEM =
  'flex min-h-11 items-center gap-2.5 rounded-md px-2.5 py-1 text-sm leading-5 outline-none data-[disabled]:opacity-45 data-[highlighted]:bg-hover md:min-h-8 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-soft';
