import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLanguage, languageOf } from '../pages/language.ts';
import { type Page, type PageContext, pageHtml } from '../pages/layout.ts';
import type { Platform } from '../platform.ts';

const languageCookie = '__Host-language';

/** The language of a request: what was chosen on a page, else what the browser asks for. */
export function pageContext(platform: Platform, request: FastifyRequest): PageContext {
  const { lang } = request.query as { lang?: unknown };
  const chosen = isLanguage(lang) ? lang : request.cookies[languageCookie];
  const { script, style, icon } = platform.assets;
  return {
    language: isLanguage(chosen) ? chosen : languageOf(request.headers['accept-language']),
    notice: platform.configuration.notice,
    assets: { script: script.path, style: style.path, icon: icon.path },
  };
}

/** Keeps the language that was chosen by the page's switch. */
export function rememberLanguage(request: FastifyRequest, reply: FastifyReply): void {
  const { lang } = request.query as { lang?: unknown };
  if (isLanguage(lang)) {
    reply.setCookie(languageCookie, lang, { path: '/', secure: true, httpOnly: true, sameSite: 'lax' });
  }
}

/** Sends a page. */
export function sendPage(
  platform: Platform,
  request: FastifyRequest,
  reply: FastifyReply,
  page: (context: PageContext) => Page,
  status = 200,
): FastifyReply {
  const context = pageContext(platform, request);
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .header('content-language', context.language)
    .header('vary', 'accept-language, cookie')
    .send(pageHtml(context, page(context)));
}
