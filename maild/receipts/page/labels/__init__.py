"""Labels on a page: found in its boxes, joined where they are broken, with the values that belong to them."""
