// Processes: what is started, what is watched, and who we are.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <boost/asio/io_context.hpp>

#include "understudy/os/child.hpp"
#include "understudy/os/host_facts.hpp"
#include "understudy/os/memory.hpp"
#include "understudy/os/own_scheduling.hpp"
#include "understudy/os/privileges.hpp"
#include "understudy/os/process.hpp"
#include "understudy/os/process_watch.hpp"
#include "understudy/os/program.hpp"
#include "understudy/os/program_output.hpp"
#include "understudy/os/users.hpp"

#include "../unit/os/run_until.hpp"
#include "stage.hpp"

namespace understudy::os::test {
namespace {

void run_a_script(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    int ended = 0;
    stage.act([&] {
        auto children = Children::open(loop);
        if (!stage.check(children)) return;
        SpawnRequest request;
        request.words = {"true"};
        const auto child = children->spawn(request, [&](ChildId, ChildEnd end) {
            ++ended;
            stage.result(end.succeeded() ? "succeeded" : "failed");
        });
        if (!stage.check(child)) return;
        static_cast<void>(run_until(loop, [&] { return ended > 0; }));
    });
}

void run_a_script_as_another(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    stage.act_in_a_child([&] {
        // What a script is given back is what we had before we asked for more.
        Scheduling usual;
        usual.nice = 0;
        stage.aside([&] { static_cast<void>(OwnScheduling::open(loop, [] {})->apply(usual)); });
        auto children = Children::open(loop);
        if (!stage.check(children)) return;
        SpawnRequest request;
        request.words = {"/bin/sleep"};
        request.extra_words = {"60"};
        request.identity = Identity{65534, 65534, {}};
        int ended = 0;
        const auto child = children->spawn(request, [&](ChildId, ChildEnd) { ++ended; });
        if (!stage.check(child)) return;
        children->terminate(*child);
        if (!run_until(loop, [&] { return ended > 0; }, std::chrono::seconds{1})) {
            stage.complain("not terminated");
            stage.aside([&] { ::kill(*children->pid(*child), SIGKILL); });
            static_cast<void>(run_until(loop, [&] { return ended > 0; }));
        }
    });
}

void read_the_output_of_a_program(Stage& stage) {
    stage.act([&] {
        const auto output = output_of({"echo", "text"}, milliseconds{10'000});
        if (stage.check(output)) stage.result(output->out);
    });
}

void fork_and_store(Stage& stage) {
    stage.act([&] {
        const auto child = fork_process();
        if (stage.check(child)) {
            if (*child == 0) ::_exit(7);
            const auto end = wait_for_process(*child);
            stage.result(end ? std::to_string(end->number) : "lost");
            if (!end) stage.complain("lost");
            static_cast<void>(reap_process());
        }
        stage.check(open_pipe());
        stage.check(open_socket_pair());
        const auto file = memory_file("configuration");
        if (!stage.check(file)) return;
        stage.check(copy_of(*file));
        stage.check(store(*file, "text"));
        const auto content = stored(*file);
        if (stage.check(content)) stage.result(*content);
    });
    while (wait_for_process(-1)) {
    }
}

void become_a_daemon(Stage& stage) {
    stage.act_in_a_child([&] {
        stage.aside([] {
            if (::unshare(CLONE_NEWNS) == 0 &&
                ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                ::mount("tmpfs", "/run", "tmpfs", 0, nullptr) == 0)
                ::mkdir("/run/netns", 0755);
        });
        stage.check(enter_network_namespace("../../proc/self/ns/net"));
        stage.check(detach_from_terminal());
        stage.check(allow_core_dumps());
        name_process("faults");
        receive_at_parents_death(SIGTERM);
        const auto pipe = open_pipe();
        if (!stage.check(pipe)) return;
        signal_through(pipe->write_end);
        if (!send_signal(::getpid(), 0)) stage.complain("not sent");
    });
}

void give_up_rights(Stage& stage) {
    stage.act_in_a_child([&] {
        stage.check(allow(::getpid(), {-1, 1, true}));
        Confinement confinement;
        confinement.user = Identity{65534, 65534, {}};
        confinement.kept = {Privilege::NetRaw};
        confinement.may_leave_cores = true;
        stage.check(confine(confinement));
        stage.result(has(Privilege::NetRaw) && !has(Privilege::NetAdmin) ? "confined" : "free");
    });
}

void look_up_users(Stage& stage) {
    stage.act_in_a_child([&] {
        const auto identity = lookup_identity("nobody", "nogroup", OtherGroups::OfTheUser);
        stage.check(identity);
        stage.result(current_user());
        stage.check(become_nobody());
    });
}

void watch_processes(Stage& stage) {
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    std::size_t running = 0;
    bool looked = false;
    stage.act([&] {
        ProcessWatch::Handlers handlers;
        handlers.runs = [&](const RunningProcess&) { ++running; };
        handlers.ended = [](std::uint32_t) {};
        handlers.looked_through = [&](const std::vector<std::uint32_t>&) { looked = true; };
        handlers.settled = [] {};
        handlers.polling = [&](const std::string& why) { stage.complain(why); };
        auto watch = ProcessWatch::open(loop, std::move(handlers));
        if (!stage.check(watch)) return;
        watch->look_again(true);
        static_cast<void>(run_until(loop, [&] { return looked; }));
        for (int turn = 0; turn < 4; ++turn) run_ready(loop);
        if (running == 0) stage.complain("nobody runs");
    });
}

void learn_of_the_host(Stage& stage) {
    stage.act([&] {
        static_cast<void>(holders_of_raw_sockets(112));
        static_cast<void>(source_towards(*net::Address::parse("192.0.2.9")));
        static_cast<void>(source_towards(*net::Address::parse("2001:db8::9")));
        static_cast<void>(is_clock_synchronised());
        static_cast<void>(has_kernel_module("nobody_has_this"));
        static_cast<void>(has_link_kind("dummy"));
    });
}

void find_our_own_program(Stage& stage) {
    stage.act([&] {
        stage.result(own_program("understudyd"));
        stage.result(is_replaced("/proc/self/exe") ? "replaced" : "the same");
    });
}

void prepare_memory(Stage& stage) {
    stage.act_in_a_child([] {
        keep_freed_heap();
        expect_large_heap();
    });
}

}  // namespace

std::vector<Scenario> process_scenarios() {
    return {{"child", "RunAScript", run_a_script},
            {"child", "RunAScriptAsAnother", run_a_script_as_another},
            {"launch", "RunAScript", run_a_script},
            {"launch", "RunAScriptAsAnother", run_a_script_as_another},
            {"launch_scheduling", "RunAScriptAsAnother", run_a_script_as_another},
            {"program_output", "ReadTheOutputOfAProgram", read_the_output_of_a_program},
            {"process", "ForkAndStore", fork_and_store},
            {"process", "BecomeADaemon", become_a_daemon},
            {"program", "FindOurOwnProgram", find_our_own_program},
            {"privileges", "GiveUpRights", give_up_rights},
            {"capability", "GiveUpRights", give_up_rights},
            {"users", "LookUpUsers", look_up_users},
            {"process_watch", "WatchProcesses", watch_processes},
            {"process_connector", "WatchProcesses", watch_processes},
            {"proc_folder", "WatchProcesses", watch_processes},
            {"host_facts", "LearnOfTheHost", learn_of_the_host},
            {"memory", "PrepareMemory", prepare_memory}};
}

}  // namespace understudy::os::test
