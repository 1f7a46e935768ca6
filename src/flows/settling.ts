/**
 * After this time a listing shows everything that was launched before (EC2 API, "Eventual consistency":
 * seconds; the slowest seen are under ten).
 */
export const LISTING_SETTLED_MS = 15_000
