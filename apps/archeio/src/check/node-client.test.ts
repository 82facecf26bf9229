import { createStoreChecker } from './create-store-checker.ts';
import { checkerSuite } from './testing/checker-suite.ts';

checkerSuite('Node', createStoreChecker);
