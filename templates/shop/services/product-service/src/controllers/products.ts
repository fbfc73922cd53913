import { type HttpRequest, Rejected, type Service } from '@mscli/runtime';
import { findProduct, listProducts } from '../models/product.js';

export const productsController = (service: Service) => ({
  list: () => listProducts(service.db),

  async show(request: HttpRequest<{ Params: { id: string } }>) {
    const { id } = request.params;
    const product = await findProduct(service.db, id);
    if (!product) throw new Rejected(`There is no product "${id}".`, { status: 404 });
    return product;
  },
});
