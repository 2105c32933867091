export {
  decodeCursor,
  decodeSeqCursor,
  FIRST_PAGE,
  type PageKey,
  pageBySeq,
  pageOf,
} from './page-cursor.ts';
export { BODY_LIMIT, limitBody, readBody } from './read-body.ts';
export {
  Cursor,
  createRoute,
  failures,
  json,
  limitUpTo,
  newRoutes,
  type OpenAPIHono,
  Timestamp,
  z,
} from './routes.ts';
export { decodeUtf8 } from './utf8.ts';
