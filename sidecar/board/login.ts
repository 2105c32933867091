import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** From the terminal to the browser, and no longer: whoever reads the link meanwhile may use it. */
const LINK_MS = 2 * 60_000;
/** More than that many wait for nobody. */
const MOST_LINKS = 20;
/** Other servers of this machine that the browser visits see the cookie: it is not for ever. */
const COOKIE_MS = 7 * 24 * 3_600_000;

export type Logins = ReturnType<typeof boardLogins>;

/**
 * How a browser proves that it was sent by whoever can read the home. The links are in memory alone. The
 * cookie is signed by a key that outlives the sidecar, and not by the token, which each start makes anew: a
 * page that is open goes on after a restart. It is no token: what reads it cannot speak as a hook does.
 */
export function boardLogins({ key, now = () => Date.now() }: { key: Buffer; now?: () => number }) {
  const links = new Map<string, number>();
  // Cookies know no ports: the boards of two homes would overwrite one another's.
  const name = `holdfast_${createHash('sha256').update(key).digest('hex').slice(0, 8)}`;

  function sign(text: string): string {
    return createHmac('sha256', key).update(`board ${text}`).digest('base64url');
  }

  function isValid(value: string): boolean {
    const [at = '', nonce = '', mac = '', ...more] = value.split('.');
    const age = now() - Number.parseInt(at, 36);
    const [given, right] = [Buffer.from(mac), Buffer.from(sign(`${at}.${nonce}`))];
    const isOurs = more.length === 0 && given.length === right.length && timingSafeEqual(given, right);
    return isOurs && age < COOKIE_MS;
  }

  return {
    /** A code that `redeem` takes once. */
    newLink: (): { code: string; expiresAt: Date } => {
      for (const [code, end] of links) if (end <= now() || links.size >= MOST_LINKS) links.delete(code);
      const code = randomBytes(24).toString('base64url');
      links.set(code, now() + LINK_MS);
      return { code, expiresAt: new Date(now() + LINK_MS) };
    },
    /** Looked up and gone in one step: of two requests that race, one has it. */
    redeem: (code: string): boolean => {
      const end = links.get(code);
      return links.delete(code) && end !== undefined && end > now();
    },
    newCookie: (): string => {
      const text = `${now().toString(36)}.${randomBytes(9).toString('base64url')}`;
      const rest = `Path=/; Max-Age=${COOKIE_MS / 1000}; HttpOnly; SameSite=Strict`;
      return `${name}=${text}.${sign(text)}; ${rest}`;
    },
    /** Given the whole `Cookie` header. */
    isLoggedIn: (header: string | undefined): boolean =>
      (header ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .some((pair) => pair.startsWith(`${name}=`) && isValid(pair.slice(name.length + 1))),
  };
}
