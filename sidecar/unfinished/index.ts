export { openUnfinished, type UnfinishedOf, type UnfinishedRooms } from './unfinished.ts';
