/** Whether something takes so long that more deserves to be shown. */
import { useEffect, useState } from 'preact/hooks';

/** @param ms from when the component is first shown */
export function useLate(ms: number): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return late;
}
