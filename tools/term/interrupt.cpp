#include "tools/term/interrupt.h"

#include <csignal>

namespace tools {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void remember(int signal) {
    interrupted = 1;
    std::signal(signal, SIG_DFL);
}

}  // namespace

Interrupt::Interrupt()
    : before_(std::signal(SIGINT, remember)), before_ending_(std::signal(SIGTERM, remember)) {
    interrupted = 0;
}

Interrupt::~Interrupt() {
    std::signal(SIGINT, before_);
    std::signal(SIGTERM, before_ending_);
}

bool Interrupt::seen() const {
    return interrupted != 0;
}

}  // namespace tools
