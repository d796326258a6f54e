#ifndef OASIS_FUZZER_DRIVER_H
#define OASIS_FUZZER_DRIVER_H

#include <stddef.h>
#include <stdint.h>

/// libFuzzer's entry point, which comes with the compiler's fuzzer runtime.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*target)(const uint8_t *data, size_t size));

#endif
