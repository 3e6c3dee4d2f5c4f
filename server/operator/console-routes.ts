import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { audit } from '../audit/log.ts';
import { type OperatorsTable, transact } from '../database/index.ts';
import { readToken } from '../http/cookies.ts';
import { sendPage } from '../http/request.ts';
import { sheetsPdf } from '../initial-sheet/pdf.ts';
import { readSheetRequest } from '../initial-sheet/request.ts';
import { issueSheets } from '../initial-sheet/store.ts';
import type { Platform } from '../platform.ts';
import { phoneAddress } from '../ticket/qr-code.ts';
import { auditPage, personPage, searchPage, sheetsPage } from './console-pages.ts';
import { endPhone, findPeople, revokeSheet, unlinkCard, viewPerson } from './people.ts';
import { may, type Permission } from './roles.ts';
import { operatorOfSession } from './store.ts';

const day = 24 * 3_600_000;
const shownEntries = 200;

/** The console: search, a person's registration, printed sheets, audit log. */
export function consoleRoutes(server: FastifyInstance, platform: Platform): void {
  const { database, clock, configuration } = platform;
  const note = (entry: Parameters<typeof audit>[1]) =>
    transact(database, (transaction) => audit(transaction, entry, clock()));

  server.get('/', async (request, reply) => {
    const operator = await allowed(platform, request, reply, 'read');
    return operator ? sendPage(platform, request, reply, searchPage(operator)) : reply;
  });

  /** A POST, so that no number stands in an address, a history or a log. */
  server.post('/search', async (request, reply) => {
    const operator = await allowed(platform, request, reply, 'read');
    if (!operator) return reply;
    const { number } = (request.body ?? {}) as { number?: unknown };
    const typed = typeof number === 'string' ? number.slice(0, 64) : '';
    const found = await findPeople(database, typed);
    await note({ actor: operator.id, act: 'searched', detail: { found: found.length } });
    const [only, ...more] = found;
    if (only && more.length === 0) return reply.redirect(`/people/${only.id}`, 303);
    return sendPage(platform, request, reply, searchPage(operator, { typed, found }));
  });

  server.get('/people/:id', async (request, reply) => {
    const operator = await allowed(platform, request, reply, 'read');
    if (!operator) return reply;
    const person = await viewPerson(database, idIn(request));
    if (!person) return reply.callNotFound();
    await note({ actor: operator.id, act: 'person-viewed', subject: person.id });
    return sendPage(platform, request, reply, personPage(operator, person, clock()));
  });

  const ends = (path: string, end: (operator: OperatorsTable, request: FastifyRequest) => Promise<boolean>) =>
    server.post(path, async (request, reply) => {
      const operator = await allowed(platform, request, reply, 'end');
      if (!operator) return reply;
      await end(operator, request);
      return reply.redirect(`/people/${encodeURIComponent(idIn(request))}`, 303);
    });
  ends('/people/:id/phone/end', (operator, request) =>
    endPhone(database, idIn(request), operator.id, clock()),
  );
  ends('/people/:id/card/unlink', (operator, request) =>
    unlinkCard(database, idIn(request), operator.id, clock()),
  );
  ends('/people/:id/sheets/:sheet/revoke', (operator, request) => {
    const { sheet } = request.params as { sheet: string };
    return revokeSheet(database, idIn(request), sheet, operator.id, clock());
  });

  server.get('/sheets', async (request, reply) => {
    const operator = await allowed(platform, request, reply, 'issue');
    return operator ? sendPage(platform, request, reply, sheetsPage(operator)) : reply;
  });

  server.post('/sheets', async (request, reply) => {
    const operator = await allowed(platform, request, reply, 'issue');
    if (!operator) return reply;
    const { cards } = (request.body ?? {}) as { cards?: unknown };
    const typed = typeof cards === 'string' ? cards : '';
    const now = clock();
    const { usernames, problems } = readSheetRequest(typed, dayInJapan(now));
    if (problems.length > 0 || usernames.length === 0) {
      return sendPage(platform, request, reply, sheetsPage(operator, { typed, problems }), 422);
    }
    const { days, font, fontName } = configuration.initialSheets;
    const sheets = await issueSheets(database, usernames, operator.id, now, now + days * day);
    const pdf = await sheetsPdf(sheets, {
      font,
      fontName,
      addressOf: ({ secret }) => phoneAddress(configuration.portal.origin, secret),
    });
    request.log.info({ sheets: sheets.length }, 'sheets issued');
    return reply
      .type('application/pdf')
      .header('content-disposition', `attachment; filename="initial-qr-${dayInJapan(now)}.pdf"`)
      .send(pdf);
  });

  server.get('/audit', async (request, reply) => {
    const operator = await allowed(platform, request, reply, 'audit');
    if (!operator) return reply;
    await note({ actor: operator.id, act: 'audit-viewed' });
    const entries = await database
      .selectFrom('audit_log')
      .leftJoin('operators', 'operators.id', 'audit_log.actor')
      .selectAll('audit_log')
      .select('operators.name')
      .orderBy('seq', 'desc')
      .limit(shownEntries)
      .execute();
    return sendPage(platform, request, reply, auditPage(operator, entries));
  });
}

function idIn(request: FastifyRequest): string {
  const { id } = request.params as { id: string };
  return id;
}

/** The operator, if signed in and allowed to. Otherwise the browser has been sent elsewhere. */
async function allowed(
  { database, clock }: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  permission: Permission,
): Promise<OperatorsTable | undefined> {
  const token = readToken(request, 'operator');
  const operator = token && (await operatorOfSession(database, token, clock()));
  if (!operator) {
    void reply.redirect('/sign-in', 303);
    return undefined;
  }
  if (may(operator.role, permission)) return operator;
  request.log.warn({ permission }, 'operator without permission');
  void reply.redirect('/problem/not-allowed', 303);
  return undefined;
}

/** `2026-05-01`: days are counted as in Japan. */
function dayInJapan(now: number): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: 'Asia/Tokyo' }).format(now);
}
