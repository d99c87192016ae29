#include "ui/review/diff_files.h"

#include <QApplication>
#include <QLocale>
#include <QPainter>

namespace switchyard::ui {

QString changeLetter(DiffFile::Change change)
{
    switch (change) {
    case DiffFile::Change::Added:
        return u"A"_s;
    case DiffFile::Change::Deleted:
        return u"D"_s;
    case DiffFile::Change::Renamed:
        return u"R"_s;
    case DiffFile::Change::Modified:
        break;
    }
    return u"M"_s;
}

QColor changeColor(DiffFile::Change change, const ViewColors& colors)
{
    switch (change) {
    case DiffFile::Change::Added:
        return colors.success;
    case DiffFile::Change::Deleted:
        return colors.error;
    case DiffFile::Change::Renamed:
        return colors.link;
    case DiffFile::Change::Modified:
        break;
    }
    return colors.warning;
}

void DiffFilesModel::setDiff(const Diff& diff, const QSet<QString>& viewed)
{
    QStringList paths;
    for (const auto& file : diff.files)
        paths << file.path;
    if (paths != m_paths) {
        m_paths = paths;
        fill(diff);
    }
    for (qsizetype i = 0; i < diff.files.size(); ++i)
        update(m_items[i], diff.files[i], viewed.contains(diff.files[i].path));
}

void DiffFilesModel::fill(const Diff& diff)
{
    clear();
    m_items.clear();
    QHash<QString, QStandardItem*> folders{{QString(), invisibleRootItem()}};
    for (qsizetype i = 0; i < diff.files.size(); ++i) {
        const auto& path = diff.files[i].path;
        auto* parent = invisibleRootItem();
        for (auto slash = path.indexOf(u'/'); slash > 0; slash = path.indexOf(u'/', slash + 1)) {
            auto*& folder = folders[path.first(slash)];
            if (!folder) {
                folder = new QStandardItem(path.first(slash).section(u'/', -1));
                folder->setData(-1, FileRole);
                folder->setEditable(false);
                folder->setSelectable(false);
                parent->appendRow(folder);
            }
            parent = folder;
        }
        auto* const item = new QStandardItem(path.section(u'/', -1));
        item->setData(int(i), FileRole);
        item->setEditable(false);
        parent->appendRow(item);
        m_items << item;
    }
    // join chains of folders, from the deepest
    auto names = folders.keys();
    std::ranges::sort(names, std::greater());
    for (const auto& name : names) {
        auto* const folder = folders[name];
        if (name.isEmpty() || folder->rowCount() != 1 || folder->child(0)->data(FileRole).toInt() >= 0)
            continue;
        const auto inner = folder->takeRow(0);
        folder->setText(folder->text() + u'/' + inner.front()->text());
        while (inner.front()->rowCount() > 0)
            folder->appendRow(inner.front()->takeRow(0));
        qDeleteAll(inner);
    }
}

void DiffFilesModel::update(QStandardItem* item, const DiffFile& file, bool viewed) const
{
    const auto set = [item](const QVariant& value, int role) {
        if (item->data(role) != value)
            item->setData(value, role);
    };
    set(int(file.change), ChangeRole);
    set(file.added, AddedRole);
    set(file.removed, RemovedRole);
    set(viewed, ViewedRole);
    auto tip = file.change == DiffFile::Change::Renamed ? file.oldPath + u" → "_s + file.path : file.path;
    set(tip, Qt::ToolTipRole);
    set(tr("%1, %2 added, %3 removed").arg(file.path).arg(file.added).arg(file.removed) +
            (viewed ? tr(", viewed") : QString()),
        Qt::AccessibleTextRole);
}

QModelIndex DiffFilesModel::indexOf(int file) const
{
    return file >= 0 && file < m_items.size() ? m_items[file]->index() : QModelIndex();
}

QSize DiffFilesDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    auto size = QStyledItemDelegate::sizeHint(option, index);
    size.setHeight(std::max(size.height(), option.fontMetrics.height() + 8));
    return size;
}

void DiffFilesDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const auto name = std::exchange(item.text, QString());
    const auto* const style = item.widget ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
    const auto colors = ViewColors::from(item.palette);
    const bool selected = item.state & QStyle::State_Selected;
    const bool active = item.state & QStyle::State_Active;
    const auto group = active ? QPalette::Active : QPalette::Inactive;
    const auto plain = selected ? item.palette.color(group, QPalette::HighlightedText) : colors.text;
    const auto tinted = [&](const QColor& color) { return selected ? plain : color; };
    QRect box = item.rect.adjusted(4, 0, -8, 0);
    painter->save();
    painter->setFont(item.font);
    const int file = index.data(DiffFilesModel::FileRole).toInt();
    if (file < 0) {
        painter->setPen(tinted(colors.dim));
        painter->drawText(box, Qt::AlignVCenter, item.fontMetrics.elidedText(name, Qt::ElideMiddle, box.width()));
        painter->restore();
        return;
    }
    const auto change = DiffFile::Change(index.data(DiffFilesModel::ChangeRole).toInt());
    const bool viewed = index.data(DiffFilesModel::ViewedRole).toBool();
    auto bold = item.font;
    bold.setWeight(QFont::DemiBold);
    painter->setFont(bold);
    painter->setPen(tinted(changeColor(change, colors)));
    painter->drawText(box, Qt::AlignVCenter, viewed ? u"✓"_s : changeLetter(change));
    box.setLeft(box.left() + item.fontMetrics.horizontalAdvance(u'M') + 8);
    painter->setFont(item.font);
    const auto count = [&](int number, QChar sign, const QColor& color) {
        if (number == 0)
            return;
        const auto text = sign + QLocale().toString(number);
        painter->setPen(tinted(color));
        painter->drawText(box, Qt::AlignVCenter | Qt::AlignRight, text);
        box.setRight(box.right() - item.fontMetrics.horizontalAdvance(text) - 6);
    };
    count(index.data(DiffFilesModel::RemovedRole).toInt(), u'−', colors.removedText);
    count(index.data(DiffFilesModel::AddedRole).toInt(), u'+', colors.addedText);
    painter->setPen(viewed ? tinted(colors.dim) : plain);
    painter->drawText(box, Qt::AlignVCenter, item.fontMetrics.elidedText(name, Qt::ElideMiddle, box.width()));
    painter->restore();
}

} // namespace switchyard::ui
