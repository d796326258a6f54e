// The interface is a header alone; its functions are in COasis.
#include "oasis.h"
