#include "model/diff.h"

#include "base/json.h"

#include <array>

namespace switchyard {

namespace {

constexpr std::array changeNames{"added"_L1, "modified"_L1, "deleted"_L1, "renamed"_L1};
constexpr QStringView lineMarks = u" +-";

QJsonObject hunkToJson(const DiffHunk& hunk)
{
    // Lines travel as one text each, marked as in a patch: a third of the size of objects.
    QJsonArray lines;
    int oldStart = 0, newStart = 0;
    for (const auto& line : hunk.lines) {
        lines << QString(lineMarks.at(int(line.kind))) + line.text;
        if (oldStart == 0)
            oldStart = line.oldLine;
        if (newStart == 0)
            newStart = line.newLine;
    }
    return {{u"header"_s, hunk.header}, {u"old_start"_s, oldStart}, {u"new_start"_s, newStart}, {u"lines"_s, lines}};
}

Result<DiffHunk> hunkFromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"hunk"_s);
    DiffHunk hunk;
    hunk.header = reader.text("header"_L1);
    auto oldLine = int(reader.integer("old_start"_L1));
    auto newLine = int(reader.integer("new_start"_L1));
    for (const auto& text : reader.texts("lines"_L1)) {
        const auto kind = text.isEmpty() ? -1 : lineMarks.indexOf(text.front());
        if (kind < 0) {
            reader.reject("lines"_L1, u"a line has no mark"_s);
            break;
        }
        DiffLine line{DiffLine::Kind(kind), 0, 0, text.sliced(1)};
        if (line.kind != DiffLine::Kind::Added)
            line.oldLine = oldLine++;
        if (line.kind != DiffLine::Kind::Removed)
            line.newLine = newLine++;
        hunk.lines << line;
    }
    SY_TRY(reader.finish());
    return hunk;
}

Result<DiffFile> fileFromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"file"_s);
    DiffFile file;
    file.path = reader.text("path"_L1);
    file.oldPath = reader.text("old_path"_L1, file.path);
    const auto change = reader.text("change"_L1);
    const auto found = std::find(changeNames.begin(), changeNames.end(), change);
    if (found == changeNames.end())
        reader.reject("change"_L1, u"“%1” is unknown"_s.arg(change.left(40)));
    else
        file.change = DiffFile::Change(found - changeNames.begin());
    file.binary = reader.boolean("binary"_L1, false);
    file.truncated = reader.boolean("truncated"_L1, false);
    file.added = int(reader.integer("added"_L1));
    file.removed = int(reader.integer("removed"_L1));
    for (const auto& value : reader.array("hunks"_L1)) {
        SY_TRY_ASSIGN(auto hunk, hunkFromJson(value.toObject()));
        file.hunks << std::move(hunk);
    }
    SY_TRY(reader.finish());
    return file;
}

} // namespace

int Diff::added() const
{
    int sum = 0;
    for (const auto& file : files)
        sum += file.added;
    return sum;
}

int Diff::removed() const
{
    int sum = 0;
    for (const auto& file : files)
        sum += file.removed;
    return sum;
}

QJsonObject Diff::toJson() const
{
    QJsonArray list;
    for (const auto& file : files) {
        QJsonArray hunks;
        for (const auto& hunk : file.hunks)
            hunks << hunkToJson(hunk);
        list << QJsonObject{{u"path"_s, file.path},
                            {u"old_path"_s, file.oldPath},
                            {u"change"_s, QString(changeNames.at(size_t(file.change)))},
                            {u"binary"_s, file.binary},
                            {u"truncated"_s, file.truncated},
                            {u"added"_s, file.added},
                            {u"removed"_s, file.removed},
                            {u"hunks"_s, hunks}};
    }
    return {{u"base"_s, base}, {u"files"_s, list}};
}

Result<Diff> Diff::fromJson(const QJsonObject& json)
{
    JsonReader reader(json, u"diff"_s);
    Diff diff;
    diff.base = reader.text("base"_L1, QString());
    for (const auto& value : reader.array("files"_L1)) {
        SY_TRY_ASSIGN(auto file, fileFromJson(value.toObject()));
        diff.files << std::move(file);
    }
    SY_TRY(reader.finish());
    return diff;
}

QString Diff::toPatch() const
{
    QString patch;
    for (const auto& file : files) {
        patch += u"diff --git a/%1 b/%2\n"_s.arg(file.oldPath, file.path);
        if (file.binary) {
            patch += u"Binary files differ\n"_s;
            continue;
        }
        patch += u"--- %1\n"_s.arg(file.change == DiffFile::Change::Added ? u"/dev/null"_s : u"a/"_s + file.oldPath);
        patch += u"+++ %1\n"_s.arg(file.change == DiffFile::Change::Deleted ? u"/dev/null"_s : u"b/"_s + file.path);
        for (const auto& hunk : file.hunks) {
            patch += hunk.header + u'\n';
            for (const auto& line : hunk.lines)
                patch += lineMarks.at(int(line.kind)) + line.text + u'\n';
        }
    }
    return patch;
}

} // namespace switchyard
