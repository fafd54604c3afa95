"""One module per paper: plain data in, the bytes of a document out."""
