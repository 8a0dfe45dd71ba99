#include "tools/synthetic/synthetic.h"

namespace synthetic {

Plan plan(Options options) {
    Generator generator(options);
    Step step;
    while (generator.next(step)) {
    }
    return generator.plan();
}

}  // namespace synthetic
