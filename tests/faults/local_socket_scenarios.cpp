// Sockets between processes of one host, and what waits for them.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <string>

#include <boost/asio/io_context.hpp>

#include "understudy/base/bytes.hpp"
#include "understudy/os/call_filter.hpp"
#include "understudy/os/clock.hpp"
#include "understudy/os/control_socket.hpp"
#include "understudy/os/descriptor_passing.hpp"
#include "understudy/os/life_sign.hpp"
#include "understudy/os/line_stream.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/message_socket.hpp"
#include "understudy/os/own_scheduling.hpp"
#include "understudy/os/service_notify.hpp"
#include "understudy/os/signals.hpp"

#include "../unit/os/listener.hpp"
#include "../unit/os/run_until.hpp"
#include "../unit/os/temporary_directory.hpp"
#include "../unit/os/unix_client.hpp"
#include "readiness.hpp"
#include "stage.hpp"

namespace understudy::os::test {
namespace {

constexpr LineLimits kLimits{1024, 65536};

// Bounded: what never comes is not waited for.
void run_some(Loop& loop) {
    for (int turn = 0; turn < 8; ++turn) run_ready(loop);
}

void answer_a_client(Stage& stage) {
    const TemporaryDirectory folder;
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    stage.act([&] {
        ControlSocketOptions options;
        options.path = folder.path("below/control");
        options.group = ::getgid();
        std::optional<ControlSocket> control;
        ControlSocket::Handlers handlers{
            [&](ClientId client, const Peer&, std::string_view) { control->answer(client, "yes"); }};
        auto opened = ControlSocket::open(loop, options, std::move(handlers));
        if (!stage.check(opened)) return;
        control.emplace(*std::move(opened));
        std::optional<UnixClient> client;
        stage.aside([&] {
            client.emplace(options.path);
            client->send("question\n");
        });
        run_some(loop);
        stage.aside([&] { stage.result(client->heard()); });
    });
}

void listen_where_a_dead_process_did(Stage& stage) {
    const TemporaryDirectory folder;
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    ControlSocketOptions options;
    options.path = folder.path("control");
    {
        const UnixClient none{options.path};
    }
    auto first = ControlSocket::open(loop, options, {[](ClientId, const Peer&, std::string_view) {}});
    first->abandon();
    stage.act([&] {
        stage.check(ControlSocket::open(loop, options, {[](ClientId, const Peer&, std::string_view) {}}));
    });
}

void speak_lines(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) < 0) return;
    const UnixClient client{UniqueFd{ends[1]}};
    client.send("one\n");
    std::string heard;
    stage.act([&] {
        LineStream stream{loop,
                          UniqueFd{ends[0]},
                          kLimits,
                          {[&](std::string_view line) { heard += line; }, nullptr,
                           [&](LineStream::End) { stage.complain("ended"); }}};
        run_some(loop);
        stream.send("answer");
        stream.send(std::string(32768, 'x'));
        run_some(loop);
        stage.aside([&] { client.send("two\n"); });
        stream.hear_waiting();
        run_some(loop);
    });
    stage.result(heard);
}

void speak_in_messages(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    std::size_t heard = 0;
    stage.act([&] {
        auto pair = open_message_sockets();
        if (!stage.check(pair)) return;
        const MessageLimits limits{4096, std::size_t{1} << 22};
        const auto ended = [&] { stage.complain("ended"); };
        MessageSocket left{loop, std::move(pair->one), limits, {[](Bytes) {}, ended}};
        MessageSocket right{loop, std::move(pair->other), limits, {[&](Bytes) { ++heard; }, ended}};
        const std::vector<std::byte> message(4096);
        // More than the kernel takes at once, so that some wait.
        for (int i = 0; i < 400; ++i) stage.check(left.send(message));
        left.flush(milliseconds{1});
        for (int turn = 0; turn < 400; ++turn) run_ready(loop);
        stage.check(left.send(message));
        left.flush(milliseconds{1});
        for (int turn = 0; turn < 100; ++turn) run_ready(loop);
    });
    stage.result(std::to_string(heard));
}

void hand_over_a_connection(Stage& stage) {
    const TemporaryDirectory folder;
    const std::string path = folder.path("hooks");
    const UniqueFd listening{::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    if (::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) return;
    if (::listen(listening.get(), 1) < 0) return;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) return;
    const UniqueFd reader{ends[0]};
    const UniqueFd writer{ends[1]};
    stage.act([&] {
        const auto connection = connect_messages(path);
        if (!stage.check(connection)) return;
        UniqueFd other;
        stage.aside([&] { other = UniqueFd{::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC)}; });
        const std::array message{std::byte{'!'}};
        if (!stage.check(pass_descriptor(*connection, message, writer))) return;
        const auto passed = take_passed(other, 16, milliseconds{1000});
        if (!stage.check(passed)) return;
        stage.result(std::to_string(passed->message.size()) + (passed->descriptor ? " with it" : " alone"));
        stage.result(ends_within(other, milliseconds{0}) ? "over" : "open");
    });
}

void take_accepted_connection(Stage& stage) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) < 0) return;
    const UniqueFd reader{ends[0]};
    const UniqueFd writer{ends[1]};
    stage.act_in_a_child([&] {
        stage.aside([&] {
            ::dup2(ends[0], 3);
            ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
            ::setenv("LISTEN_FDS", "1", 1);
        });
        const auto connection = accepted_by_service_manager();
        if (stage.check(connection)) stage.result("one");
    });
}

void log_to_syslog(Stage& stage) {
    const TemporaryDirectory folder;
    Listener syslog{folder.path("log")};
    LogOptions options;
    options.syslog_facility = 0;
    options.syslog_socket = folder.path("log");
    stage.act([&] {
        auto log = Log::open(options);
        if (!stage.check(log)) return;
        log->write("one", LogLevel::Info, "first");
        log->write("two", LogLevel::Info, "second");
        stage.result(std::to_string(log->lost()) + " lost");
        if (log->lost() > 0) stage.complain("lost");
    });
}

void notify_the_service_manager(Stage& stage) {
    const TemporaryDirectory folder;
    Listener manager{folder.path("notify")};
    ::setenv("NOTIFY_SOCKET", folder.path("notify").c_str(), 1);
    stage.act([&] { stage.check(notify_service_manager("READY=1")); });
    ::unsetenv("NOTIFY_SOCKET");
    stage.result(manager.next().value_or("nothing"));
}

void wake_at_a_time(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    bool fired = false;
    stage.act([&] {
        auto timer = Timer::open(loop, [&] { fired = true; });
        if (!stage.check(timer)) return;
        timer->arm(now() - seconds{1});
        run_some(loop);
        timer->disarm();
        static_cast<void>(time_without_processor());
    });
    stage.result(fired ? "fired" : "silent");
}

void look_whether_it_lives(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    stage.act([&] {
        auto watch = LifeWatch::open(loop, [] {});
        if (!stage.check(watch)) return;
        auto line = watch->line();
        if (!stage.check(line)) return;
        const LifeSign sign{loop, *std::move(line)};
        watch->ask(milliseconds{1000}, now() + seconds{10});
        run_some(loop);
        stage.result(watch->is_answered() ? "answered" : "asked");
        watch->end();
    });
}

void ring_an_alarm(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    bool rang = false;
    stage.act([&] {
        auto watch = LifeWatch::open(loop, [&] { rang = true; });
        if (!stage.check(watch)) return;
        watch->ask(milliseconds{1000}, now() - seconds{1});
        run_some(loop);
    });
    stage.result(rang ? "rang" : "silent");
}

void watch_a_descriptor(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) < 0) return;
    const UniqueFd reader{ends[0]};
    const UniqueFd writer{ends[1]};
    if (::write(writer.get(), "!", 1) != 1) return;
    int times = 0;
    stage.act([&] {
        const Readiness readiness{
            loop, reader.get(), [&] {
                ++times;
                char octet = 0;
                stage.aside([&] { static_cast<void>(!::read(reader.get(), &octet, 1)); });
            }};
        static_cast<void>(run_until(loop, [&] { return times > 0; }));
    });
    stage.result(times > 0 ? "told" : "deaf");
}

void receive_signals(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    int number = 0;
    stage.act_in_a_child([&] {
        hold_signals(std::array{SIGUSR1});
        auto signals = Signals::open(loop, std::array{SIGUSR1, SIGUSR2}, [&](int heard) { number = heard; });
        if (!stage.check(signals)) return;
        ::kill(::getpid(), SIGUSR2);
        run_some(loop);
        stage.result(std::to_string(number));
        pass_held_signals(std::array{SIGUSR1}, ::getpid());
    });
}

void filter_calls_of_a_child(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    stage.act_in_a_child([&] {
        auto refused = filter_calls();
        if (!stage.check(refused)) return;
        std::string told;
        const RefusedCalls calls{loop, *std::move(refused), [&](const std::string& call) { told = call; }};
        ::mkdir("/tmp/understudy-faults", 0700);
        run_some(loop);
        stage.result(told);
    });
}

void run_in_real_time(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    stage.act_in_a_child([&] {
        auto scheduling = OwnScheduling::open(loop, [] {});
        if (!stage.check(scheduling)) return;
        Scheduling wanted;
        wanted.nice = 1;
        wanted.realtime = 1;
        wanted.cpus = {0};
        wanted.no_swap = true;
        for (const SchedulingRefusal& refusal : scheduling->apply(wanted)) stage.complain_of(refusal.error);
        ::raise(SIGXCPU);
        run_some(loop);
        for (const SchedulingRefusal& refusal : scheduling->apply({})) stage.complain_of(refusal.error);
    });
}

}  // namespace

std::vector<Scenario> local_socket_scenarios() {
    return {{"control_socket", "AnswerAClient", answer_a_client},
            {"unix_listener", "AnswerAClient", answer_a_client},
            {"unix_listener", "ListenWhereADeadProcessDid", listen_where_a_dead_process_did},
            {"line_stream", "SpeakLines", speak_lines},
            {"message_socket", "SpeakInMessages", speak_in_messages},
            {"descriptor_passing", "HandOverAConnection", hand_over_a_connection},
            {"descriptor_passing", "TakeAcceptedConnection", take_accepted_connection},
            {"log_sinks", "LogToSyslog", log_to_syslog},
            {"unix_datagram", "LogToSyslog", log_to_syslog},
            {"unix_datagram", "NotifyTheServiceManager", notify_the_service_manager},
            {"service_notify", "NotifyTheServiceManager", notify_the_service_manager},
            {"clock", "WakeAtATime", wake_at_a_time},
            {"alarm", "RingAnAlarm", ring_an_alarm},
            {"life_sign", "LookWhetherItLives", look_whether_it_lives},
            {"readiness", "WatchADescriptor", watch_a_descriptor},
            {"signals", "ReceiveSignals", receive_signals},
            {"call_filter", "FilterCallsOfAChild", filter_calls_of_a_child},
            {"own_scheduling", "RunInRealTime", run_in_real_time}};
}

}  // namespace understudy::os::test
