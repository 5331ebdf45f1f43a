import { ProblemPage } from '../shell/problem-page.tsx';
import { t } from '../strings.ts';

/** An address that leads nowhere. */
export default function NotFound() {
  return <ProblemPage title={t.pageMissing} />;
}
