#include "understudy/ctl/hook_messages.hpp"

#include <concepts>
#include <string_view>
#include <type_traits>
#include <utility>

namespace understudy::ctl {

namespace {

// Both take the same fields in the same order, so that each message has one description of its own.
class Packer {
public:
    template <std::integral Number>
    void number(const Number& value) {
        const auto bits = static_cast<std::uint64_t>(value);
        for (std::size_t i = sizeof value; i > 0; --i)
            bytes_.push_back(static_cast<std::byte>(bits >> (8 * (i - 1)) & 0xff));
    }
    void flag(const bool& value) { number<std::uint8_t>(value ? 1 : 0); }
    void text(const std::string& value) {
        number(static_cast<std::uint32_t>(value.size()));
        for (const char c : value) bytes_.push_back(static_cast<std::byte>(c));
    }
    template <typename Choice>
    void choice(const Choice& value, Choice) {
        number(static_cast<std::uint8_t>(value));
    }
    template <typename Item, typename Each>
    void list(const std::vector<Item>& items, Each each) {
        number(static_cast<std::uint32_t>(items.size()));
        for (const Item& item : items) each(item);
    }
    template <typename Item, typename Each>
    void maybe(const std::optional<Item>& item, Each each) {
        flag(item.has_value());
        if (item) each(*item);
    }
    [[nodiscard]] std::vector<std::byte> take() { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
};

class Unpacker {
public:
    explicit Unpacker(Bytes bytes) : reader_(bytes) {}

    template <std::integral Number>
    void number(Number& value) {
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < sizeof value; ++i) bits = bits << 8 | reader_.u8();
        value = static_cast<Number>(bits);
    }
    void flag(bool& value) {
        const std::uint8_t octet = reader_.u8();
        valid_ = valid_ && octet <= 1;
        value = octet == 1;
    }
    void text(std::string& value) {
        const Bytes octets = reader_.take(reader_.u32());
        value.assign(octets.size(), '\0');
        for (std::size_t i = 0; i < octets.size(); ++i)
            value[i] = static_cast<char>(std::to_integer<unsigned char>(octets[i]));
    }
    template <typename Choice>
    void choice(Choice& value, Choice last) {
        const std::uint8_t octet = reader_.u8();
        valid_ = valid_ && octet <= static_cast<std::uint8_t>(last);
        value = valid_ ? static_cast<Choice>(octet) : last;
    }
    // No item is without octets, so that a count which promises too many ends with the message.
    template <typename Item, typename Each>
    void list(std::vector<Item>& items, Each each) {
        for (std::uint32_t left = reader_.u32(); left > 0 && !reader_.overran(); --left)
            each(items.emplace_back());
    }
    template <typename Item, typename Each>
    void maybe(std::optional<Item>& item, Each each) {
        bool present = false;
        flag(present);
        if (present) each(item.emplace());
    }
    [[nodiscard]] bool took_all() const { return valid_ && !reader_.overran() && reader_.remaining() == 0; }

private:
    Reader reader_;
    bool valid_ = true;
};

template <typename Given, typename Wanted>
concept Is = std::same_as<std::remove_const_t<Given>, Wanted>;

void fields(auto& archive, Is<StartProgram> auto& m) {
    archive.number(m.run);
    archive.list(m.words, [&](auto& word) { archive.text(word); });
    archive.text(m.user);
    archive.text(m.group);
    archive.flag(m.supplementary_groups);
}
void fields(auto& archive, Is<SignalProgram> auto& m) {
    archive.number(m.run);
    archive.flag(m.kill);
}
void fields(auto& archive, Is<KeepPipes> auto& m) {
    archive.list(m.pipes, [&](auto& pipe) {
        archive.text(pipe.path);
        archive.text(pipe.user);
        archive.text(pipe.group);
        archive.number(pipe.mode);
    });
}
void fields(auto& archive, Is<WriteLine> auto& m) { archive.text(m.line); }
void fields(auto& archive, Is<FollowFiles> auto& m) {
    archive.flag(m.more);
    archive.list(m.files, [&](auto& file) {
        archive.text(file.path);
        archive.maybe(file.first, [&](auto& first) {
            archive.number(first.value);
            archive.flag(first.overwrite);
        });
    });
}
void fields(auto&, Is<ForgetUsers> auto&) {}
void fields(auto& archive, Is<SetMark> auto& m) { archive.number(m.number); }
void fields(auto&, Is<LeavePipes> auto&) {}
void fields(auto& archive, Is<CountProcesses> auto& m) {
    archive.number(m.list);
    archive.number(m.receive_buffer);
    archive.flag(m.beyond_limit);
    archive.flag(m.more);
    archive.list(m.processes, [&](auto& process) {
        archive.text(process.name);
        archive.list(process.words, [&](auto& word) { archive.text(word); });
        archive.choice(process.parameters, ParameterMatch::Partial);
        archive.flag(process.full_command);
    });
}

void fields(auto&, Is<HooksReady> auto&) {}
void fields(auto& archive, Is<ProgramBegun> auto& m) { archive.number(m.run); }
void fields(auto& archive, Is<ProgramOver> auto& m) {
    archive.number(m.run);
    archive.number(m.status);
}
void fields(auto& archive, Is<ProgramRefused> auto& m) {
    archive.number(m.run);
    archive.number(m.error);
}
void fields(auto& archive, Is<PipeOpened> auto& m) {
    archive.text(m.path);
    archive.number(m.error);
}
void fields(auto& archive, Is<FileHeld> auto& m) {
    archive.text(m.path);
    archive.text(m.content);
    archive.number(m.error);
}
void fields(auto& archive, Is<HookRemark> auto& m) {
    archive.text(m.id);
    archive.choice(m.level, LogLevel::Critical);
    archive.text(m.text);
    archive.text(m.field);
    archive.text(m.value);
}
void fields(auto& archive, Is<MarkReached> auto& m) { archive.number(m.number); }
void fields(auto& archive, Is<ProcessesCounted> auto& m) {
    archive.number(m.list);
    archive.text(m.name);
    archive.number(m.count);
}

template <typename Message>
std::vector<std::byte> packed(std::uint32_t process, const Message& message) {
    Packer packer;
    packer.number(kHookProtocol);
    packer.number(process);
    packer.number(static_cast<std::uint8_t>(message.index()));
    std::visit([&](const auto& m) { fields(packer, m); }, message);
    return packer.take();
}

// What stands at a place in the list of alternatives, made without content.
template <typename Message, std::size_t... Places>
std::optional<Message> of_kind(std::size_t kind, std::index_sequence<Places...>) {
    std::optional<Message> made;
    static_cast<void>(((kind == Places && (made.emplace(std::in_place_index<Places>), true)) || ...));
    return made;
}

template <typename Message>
std::optional<Message> unpacked(Bytes octets, std::uint32_t& process) {
    Unpacker unpacker{octets};
    std::uint8_t version = 0;
    std::uint8_t kind = 0;
    unpacker.number(version);
    unpacker.number(process);
    unpacker.number(kind);
    if (version != kHookProtocol) return std::nullopt;
    auto message = of_kind<Message>(kind, std::make_index_sequence<std::variant_size_v<Message>>{});
    if (!message) return std::nullopt;
    std::visit([&](auto& m) { fields(unpacker, m); }, *message);
    if (!unpacker.took_all()) return std::nullopt;
    return message;
}

}  // namespace

std::vector<std::byte> encode(std::uint32_t process, const HookOrder& order) {
    return packed(process, order);
}
std::vector<std::byte> encode(std::uint32_t process, const HookAnswer& answer) {
    return packed(process, answer);
}

std::optional<NumberedOrder> decode_order(Bytes message) {
    NumberedOrder decoded;
    auto order = unpacked<HookOrder>(message, decoded.process);
    if (!order) return std::nullopt;
    decoded.order = *std::move(order);
    return decoded;
}

std::optional<NumberedAnswer> decode_answer(Bytes message) {
    NumberedAnswer decoded;
    auto answer = unpacked<HookAnswer>(message, decoded.process);
    if (!answer) return std::nullopt;
    decoded.answer = *std::move(answer);
    return decoded;
}

}  // namespace understudy::ctl
