/** @jest-environment @happy-dom/jest-environment */
import { describe, expect, it } from '@jest/globals';
import { act, render, screen } from '@testing-library/react';
import { announce, Announcer } from './announcer.tsx';

describe('the announcer', () => {
  it('says the same words again: the live region changes each time', () => {
    render(<Announcer />);
    const region = screen.getByTestId('announcer');
    act(() => {
      announce('Copied.');
    });
    const first = region.firstElementChild;
    expect(region.textContent).toBe('Copied.');
    act(() => {
      announce('Copied.');
    });
    expect(region.textContent).toBe('Copied.');
    expect(region.firstElementChild).not.toBe(first);
  });
});
