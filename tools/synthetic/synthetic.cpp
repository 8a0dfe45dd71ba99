#include "tools/synthetic/synthetic.h"

#include "tools/synthetic/state.h"

namespace synthetic {

Generator::Generator(Options options) : state_(std::make_unique<State>(options)) {}
Generator::~Generator() = default;
Generator::Generator(Generator&&) noexcept = default;

bool Generator::next(Step& step) {
    return state_->next(step);
}
const Plan& Generator::plan() const {
    return state_->plan;
}

Plan plan(Options options) {
    Generator generator(options);
    Step step;
    while (generator.next(step)) {
    }
    return generator.plan();
}

}  // namespace synthetic
