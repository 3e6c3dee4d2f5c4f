import type { ServiceFacts } from '../../common/protocol/index.ts';
import type { Services } from '../windows/index.ts';

/** Names of the services, the same in every language of Windows. */
export const smartCardService = 'SCardSvr';
const propagationService = 'CertPropSvc';

export interface ServiceAsListed extends ServiceFacts {
  propagation: ServiceFacts;
}

/** Whether the smart card service is there and how it starts, and whether certificates of cards are copied into the user's store. */
export async function servicesAsListed(services: Services): Promise<ServiceAsListed> {
  // One after the other: opened at the same time, the second was seen to be refused (Wine).
  const service = await services.look(smartCardService);
  const propagation = await services.look(propagationService);
  return { ...service, propagation };
}
