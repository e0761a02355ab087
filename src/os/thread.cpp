#include "understudy/os/thread.hpp"

#include <memory>
#include <utility>

namespace understudy::os {

namespace {

using Work = std::move_only_function<void()>;

void* do_work(void* argument) {
    // Gone, with all that it holds, before the thread is.
    const std::unique_ptr<Work> work{static_cast<Work*>(argument)};
    (*work)();
    return nullptr;
}

}  // namespace

std::expected<Thread, SysError> Thread::start(std::move_only_function<void()> work) {
    auto handed = std::make_unique<Work>(std::move(work));
    pthread_t thread{};
    if (const int error = ::pthread_create(&thread, nullptr, do_work, handed.get()); error != 0)
        return std::unexpected(SysError{"start a thread", error});
    static_cast<void>(handed.release());  // its own now
    return Thread{thread};
}

Thread::Thread(Thread&& other) noexcept : thread_(std::exchange(other.thread_, std::nullopt)) {}

Thread::~Thread() {
    if (thread_) ::pthread_detach(*thread_);
}

void Thread::join() {
    if (thread_) ::pthread_join(*std::exchange(thread_, std::nullopt), nullptr);
}

}  // namespace understudy::os
