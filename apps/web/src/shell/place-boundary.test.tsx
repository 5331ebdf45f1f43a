/** @jest-environment @happy-dom/jest-environment */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { PlaceBoundary } from './place-boundary.tsx';

let fault: Error | undefined;

function Part() {
  if (fault !== undefined) throw fault;
  return <p>Well again</p>;
}

function show(broken: Error): void {
  fault = broken;
  render(
    <div>
      <p>Beside it</p>
      <PlaceBoundary>
        <Part />
      </PlaceBoundary>
    </div>,
  );
}

describe('a part that breaks', () => {
  beforeEach(() => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined); // React reports what is caught
  });
  afterEach(() => {
    cleanup();
    jest.restoreAllMocks();
  });

  it('is shown as broken, leaves what is beside it, and can be tried again', async () => {
    show(new Error('no'));
    expect(screen.getByText('Beside it')).toBeTruthy();
    expect(screen.getByRole('alert').textContent).toContain('This part broke');
    fault = undefined;
    await userEvent.setup().click(screen.getByRole('button', { name: 'Try again' }));
    expect(screen.getByText('Well again')).toBeTruthy();
  });

  it('says that it could not be loaded, or that there is no network', () => {
    const missing = Object.assign(new Error('Failed to load chunk /x.js'), { name: 'ChunkLoadError' });
    show(missing);
    expect(screen.getByRole('alert').textContent).toContain('could not be loaded');
    cleanup();
    jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    show(missing);
    expect(screen.getByRole('alert').textContent).toContain('You are offline');
  });
});
