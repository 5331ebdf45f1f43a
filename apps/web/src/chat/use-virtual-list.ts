/**
 * TanStack's virtual list under a name of our own. It is one object that changes inside, so whoever uses it must be left
 * alone by the React Compiler: `'use no memo'`.
 */
export { useVirtualizer as useVirtualList } from '@tanstack/react-virtual';
