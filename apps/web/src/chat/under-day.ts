'use client';

import { createContext } from 'react';

/** True where the day is said further up, so that a time needs no date. */
export const UnderDay = createContext(false);
