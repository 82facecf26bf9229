export {
  decodeInventory,
  encodeInventory,
  type Inventory,
  InventoryBuilder,
  provesAbsent,
} from './inventory.ts';
