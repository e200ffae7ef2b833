import { describe, expect, it } from 'vitest';
import { faultOf, isTaken, reasonOf } from '../../../../../front/store/postgres/faults.ts';

/** As the client throws what the server has said. */
const said = (code: string) => Object.assign(new Error(`said ${code}`), { code, severity: 'ERROR' });
/** As Node throws what the system has said. */
const failed = (code: string) => Object.assign(new Error(`connect ${code}`), { code, errno: -1 });

describe('an error of PostgreSQL or of the way to it', () => {
  it.each([
    ['away', ['57P01', '57P03', '57014', '53300', '08006', '55P03', '40P01', 'XX000', '58000']],
    ['unwritable', ['25006', '53100', '58030']],
    ['empty', ['42P01', '3F000']],
    ['refused', ['28P01', '28000', '3D000', '42501']],
    ['request', ['23505', '23503', '22021', '42601', '42703']],
  ] as const)('means %s for SQLSTATE %j', (fault, states) => {
    for (const state of states) expect.soft([state, faultOf(said(state))]).toEqual([state, fault]);
  });

  it('means that it is away where nothing was said, and that we are at fault where our own code is', () => {
    for (const error of [failed('ECONNREFUSED'), failed('ENOTFOUND'), new Error('Query read timeout'), new AggregateError([failed('ECONNREFUSED')])]) expect.soft(faultOf(error)).toBe('away');
    for (const error of [new TypeError('x is undefined'), 'a text', undefined]) expect.soft(faultOf(error)).toBe('request');
  });

  it('says in words what it is about, also where a host has several addresses', () => {
    expect(reasonOf(failed('ENOTFOUND'))).toBe('connect ENOTFOUND');
    expect(reasonOf(new AggregateError([failed('ECONNREFUSED'), failed('ETIMEDOUT')]))).toBe('connect ECONNREFUSED, connect ETIMEDOUT');
  });

  it('tells a value that is taken from all else', () => {
    expect([isTaken(said('23505')), isTaken(said('23503')), isTaken(failed('23505'))]).toEqual([true, false, false]);
  });
});
