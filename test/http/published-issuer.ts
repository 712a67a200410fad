import { createTestIssuer, type TestIssuer } from '../../src/idp/testing.ts';
import { listen, type Running } from './frameworks/listen.ts';

/** An issuer that answers on loopback, as any other would. */
export async function publishIssuer(): Promise<TestIssuer & Pick<Running, 'close'>> {
  const { port, close } = await listen((request, response) => {
    void issuer.fetch(new URL(request.url ?? '/', issuer.url)).then(async (answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
    });
  });
  const issuer = await createTestIssuer({ url: `http://127.0.0.1:${port}` });
  return { ...issuer, close };
}
