// Multiplications, signed division and remainder: the hash of a product of matrices.
enum { size = 48 };
static long a[size][size], b[size][size];

unsigned long program(void) {
    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++) {
            a[i][j] = (i * 7 - j * 11) * 1000003L;
            b[i][j] = (i * 13 + j * 5) % 101 - 50;
        }
    unsigned long hash = 0;
    for (int i = 0; i < size; i++)
        for (int j = 0; j < size; j++) {
            long sum = 0;
            for (int k = 0; k < size; k++) sum += a[i][k] * b[k][j];
            hash = hash * 31 + (unsigned long)(sum / 977) + (unsigned long)(sum % 977);
        }
    return hash;
}
