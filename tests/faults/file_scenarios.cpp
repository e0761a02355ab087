// Files, folders and pipes.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include <boost/asio/io_context.hpp>

#include "understudy/os/access.hpp"
#include "understudy/os/appended_file.hpp"
#include "understudy/os/file_watch.hpp"
#include "understudy/os/files.hpp"
#include "understudy/os/kept_file.hpp"
#include "understudy/os/log.hpp"
#include "understudy/os/mapped_file.hpp"
#include "understudy/os/notify_pipe.hpp"
#include "understudy/os/pidfile.hpp"
#include "understudy/os/sysctl.hpp"

#include "../unit/os/run_until.hpp"
#include "../unit/os/temporary_directory.hpp"
#include "stage.hpp"

namespace understudy::os::test {
namespace {

void append_to_a_file(Stage& stage) {
    const TemporaryDirectory folder;
    stage.act([&] {
        auto file = AppendedFile::open(folder.path("below/history"), 0640, ::getgid());
        if (!stage.check(file)) return;
        stage.check(file->append("one\n"));
        stage.check(file->clear());
        stage.check(file->append("two\n"));
        stage.result(std::to_string(file->size()) + (file->is_in_place() ? " in place" : " moved"));
        stage.check(rename_file(folder.path("below/history"), folder.path("below/history.1")));
    });
}

void read_and_replace_a_file(Stage& stage) {
    const TemporaryDirectory folder;
    const std::string path = folder.write("one", "text");
    stage.act([&] {
        const auto content = read_file(path);
        if (!content) stage.complain(content.error().error);
        stage.result(content.value_or(""));
        stage.check(replace_file(path, "other", 0600));
        stage.check(make_empty_file(folder.path("empty")));
        stage.check(remove_file(folder.path("empty")));
        make_runtime_folders_of("/run/understudy-faults/x");
    });
    stage.result(folder.content("one"));
    ::rmdir("/run/understudy-faults");
}

void look_at_files(Stage& stage) {
    const TemporaryDirectory folder;
    const std::string path = folder.write("one.conf", "text");
    std::filesystem::create_directory(folder.path("below"));
    stage.act([&] {
        stage.check(glob(folder.path("*.conf")));
        stage.check(glob(folder.path("*/x.conf")));
        stage.check(file_facts(path));
        stage.check(path_components(path));
        stage.check(resolved_path(path));
        stage.result(hostname());
    });
}

void read_as_somebody_else(Stage& stage) {
    const TemporaryDirectory folder;
    const std::string path = folder.write("one.conf", "text");
    stage.act([&] {
        const auto answer = may_read(current_identity(), path);
        stage.check(answer);
        stage.result(answer.value_or(false) ? "may" : "may not");
    });
}

void keep_a_file(Stage& stage) {
    const TemporaryDirectory folder;
    stage.act([&] {
        auto file = KeptFile::open(folder.path("kept"));
        if (!stage.check(file)) return;
        stage.check(file->replace("longer than the next"));
        stage.check(file->replace("short"));
        stage.result(file->content());
    });
}

void keep_a_file_in_place_of_another(Stage& stage) {
    const TemporaryDirectory folder;
    folder.write("kept", "", 0666);
    folder.write("empty", "");
    stage.act([&] {
        stage.check(KeptFile::open(folder.path("kept")));
        remove_empty_file(folder.path("empty"));
    });
}

void map_a_file(Stage& stage) {
    const TemporaryDirectory folder;
    stage.act([&] {
        const auto file = MappedFile::open(folder.path("recording"), 65536);
        if (!stage.check(file)) return;
        stage.result(std::to_string(file->content().size()));
        static_cast<void>(file->is_in_memory());
    });
}

void write_into_a_notify_pipe(Stage& stage) {
    const TemporaryDirectory folder;
    stage.act([&] {
        auto pipe = NotifyPipe::open(folder.path("pipe"), {::getuid(), ::getgid(), 0600});
        if (!stage.check(pipe)) return;
        stage.check(pipe->write_line("INSTANCE \"VI\" MASTER 100"));
    });
}

void hold_a_pid_file(Stage& stage) {
    const TemporaryDirectory folder;
    stage.act([&] {
        auto file = PidFile::create(folder.path("pid"), 4711);
        if (!file) return stage.complain(file.error().error);
        stage.check(file->write(4712));
        stage.aside([&] { stage.result(folder.content("pid")); });
    });
}

void find_a_pid_file_held(Stage& stage) {
    const TemporaryDirectory folder;
    const auto holder = PidFile::create(folder.path("pid"), 4711);
    stage.act([&] {
        const auto file = PidFile::create(folder.path("pid"), 4712);
        if (!file && !file.error().already_running) stage.complain(file.error().error);
        stage.result(!file && file.error().holder ? std::to_string(*file.error().holder) : "nobody");
    });
}

void set_a_kernel_setting(Stage& stage) {
    stage.act([&] {
        const auto value = read_sysctl("net/ipv4/conf/lo/accept_local");
        if (!stage.check(value)) return;
        stage.result(*value);
        stage.check(write_sysctl("net/ipv4/conf/lo/accept_local", *value));
    });
}

void watch_a_file(Stage& stage) {
    const TemporaryDirectory folder;
    folder.write("real", "1\n");
    const std::string path = folder.path("number");
    if (::symlink(folder.path("real").c_str(), path.c_str()) < 0) return;
    PreparedLoop prepared;
    Loop& loop = prepared.loop;
    std::string news;
    stage.act([&] {
        stage.check(make_number_file(folder.path("made"), 7, false));
        auto watch = FileWatch::open(loop, [&](const FileNews& told) {
            news += told.content;
            stage.complain_of(told.error);
        });
        if (!stage.check(watch)) return;
        watch->watch({path});
        run_ready(loop);
        stage.aside([&] { folder.write("real", "2\n"); });
        run_ready(loop);
        run_ready(loop);
        watch->watch({});
        run_ready(loop);
    });
    stage.result(news);
}

void log_to_a_file(Stage& stage) {
    const TemporaryDirectory folder;
    stage.act([&] {
        LogOptions options;
        options.file = folder.path("log");
        auto log = Log::open(options);
        if (!stage.check(log)) return;
        log->write("one", LogLevel::Info, "first");
        stage.check(log->reopen_file());
        log->write("two", LogLevel::Info, "second");
        log->write("three", LogLevel::Info, "third");
        stage.result(std::to_string(log->lost()) + " lost");
        if (log->lost() > 0) stage.complain("lost");
    });
    const std::string text = folder.content("log");
    stage.result(std::to_string(std::ranges::count(text, '\n')) + " lines");
}

}  // namespace

std::vector<Scenario> file_scenarios() {
    return {{"appended_file", "AppendToAFile", append_to_a_file},
            {"files", "ReadAndReplaceAFile", read_and_replace_a_file},
            {"files", "LookAtFiles", look_at_files},
            {"access", "ReadAsSomebodyElse", read_as_somebody_else},
            {"kept_file", "KeepAFile", keep_a_file},
            {"kept_file", "KeepAFileInPlaceOfAnother", keep_a_file_in_place_of_another},
            {"mapped_file", "MapAFile", map_a_file},
            {"notify_pipe", "WriteIntoANotifyPipe", write_into_a_notify_pipe},
            {"pidfile", "HoldAPidFile", hold_a_pid_file},
            {"pidfile", "FindAPidFileHeld", find_a_pid_file_held},
            {"sysctl", "SetAKernelSetting", set_a_kernel_setting},
            {"file_watch", "WatchAFile", watch_a_file},
            {"log", "LogToAFile", log_to_a_file},
            {"log_sinks", "LogToAFile", log_to_a_file}};
}

}  // namespace understudy::os::test
