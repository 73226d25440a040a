export * from '../world/result.ts';
