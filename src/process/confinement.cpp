#include "process/confinement.h"

#include <QtGlobal>

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <vector>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/syscall.h>

namespace switchyard::process {

namespace {

// As in <linux/landlock.h> since 6.12; older headers do not know `scoped`.
struct Ruleset {
    quint64 handledFiles = 0;
    quint64 handledNetwork = 0;
    quint64 scoped = 0;
};
constexpr quint64 scopeAbstractSockets = 1;

constexpr quint32 nativeMachine =
#if defined(__x86_64__)
    AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
    AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
    AUDIT_ARCH_RISCV64;
#else
#error "Name the AUDIT_ARCH of this processor: the sandbox filters system calls by it."
#endif

// The calls of the new mount interface and what followed have one number everywhere.
constexpr quint32 newMountCalls[] = {428, 429, 430, 431, 432, 433, 442}; // open_tree … fspick, mount_setattr
constexpr quint32 nativeCalls[] = {SYS_add_key,      SYS_request_key,   SYS_keyctl,
                                   SYS_bpf,          SYS_kexec_load,    SYS_init_module,
                                   SYS_finit_module, SYS_delete_module, SYS_open_by_handle_at};
constexpr quint32 nativeStrictCalls[] = {SYS_mount, SYS_umount2, SYS_pivot_root, SYS_setns};
#if defined(__x86_64__)
constexpr quint32 x32Bit = 0x40000000;
// The same of 32-bit programs, asm/unistd_32.h.
constexpr quint32 i386Calls[] = {286, 287, 288, 357, 283, 128, 350, 129, 342};
constexpr quint32 i386StrictCalls[] = {21, 22, 52, 217, 346};
#endif

using Program = std::vector<sock_filter>;

sock_filter statement(quint16 code, quint32 value)
{
    return sock_filter{code, 0, 0, value};
}

sock_filter skipUnlessEqual(quint32 value, quint8 skipped)
{
    return sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, skipped, value};
}

void refuse(Program& program, std::span<const quint32> calls)
{
    for (const auto call : calls) {
        program.push_back(skipUnlessEqual(call, 1));
        program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    }
}

//! One processor's calls; skipped whole for others.
void addMachine(Program& program, quint32 machine, const Program& rules)
{
    program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)));
    program.push_back(skipUnlessEqual(machine, quint8(rules.size() + 2)));
    program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
    program.insert(program.end(), rules.begin(), rules.end());
    program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

Program makeProgram(Calls calls)
{
    const bool strict = calls == Calls::Strict;
    Program native;
#if defined(__x86_64__)
    native.push_back(sock_filter{BPF_JMP | BPF_JGE | BPF_K, 0, 1, x32Bit}); // the same calls by other numbers
    native.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
#endif
    refuse(native, nativeCalls);
#if defined(SYS_kexec_file_load)
    refuse(native, std::to_array<quint32>({SYS_kexec_file_load}));
#endif
    if (strict) {
        refuse(native, nativeStrictCalls);
        refuse(native, newMountCalls);
    }
    Program program;
    addMachine(program, nativeMachine, native);
#if defined(__x86_64__)
    Program small;
    refuse(small, i386Calls);
    if (strict) {
        refuse(small, i386StrictCalls);
        refuse(small, newMountCalls);
    }
    addMachine(program, AUDIT_ARCH_I386, small);
#endif
    program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS));
    return program;
}

} // namespace

Descriptor abstractSocketRule()
{
    const Ruleset rules{.scoped = scopeAbstractSockets};
    return Descriptor(int(syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0)));
}

std::shared_ptr<const Descriptor> callFilter(Calls calls)
{
    const auto program = makeProgram(calls);
    const auto bytes = program.size() * sizeof(sock_filter);
    auto file = std::make_shared<const Descriptor>(memfd_create("calls", MFD_CLOEXEC));
    if (!*file || write(file->get(), program.data(), bytes) != ssize_t(bytes) || lseek(file->get(), 0, SEEK_SET) != 0)
        return {};
    return file;
}

} // namespace switchyard::process
