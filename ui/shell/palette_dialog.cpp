#include "ui/shell/palette_dialog.h"

#include "ui/shell/actions.h"
#include "ui/tasks/task_face.h"
#include "ui/theme/icons.h"

#include <QBoxLayout>
#include <QDir>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>

#include <algorithm>

namespace switchyard::ui {

namespace {

constexpr int maxShown = 60, noteRole = Qt::UserRole + 1, entryRole = Qt::UserRole + 2;

class RowDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {200, 34}; }
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const auto c = colorsFor(option.palette);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state.testFlag(QStyle::State_Selected)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(c.selection);
            painter->drawRoundedRect(QRectF(option.rect).adjusted(4, 1, -4, -1), 5, 5);
        }
        const auto inner = option.rect.adjusted(14, 0, -14, 0);
        index.data(Qt::DecorationRole)
            .value<QIcon>()
            .paint(painter, QRect(inner.left(), inner.center().y() - 7, 16, 16));
        const auto note = index.data(noteRole).toString();
        painter->setPen(c.muted);
        painter->drawText(inner, Qt::AlignRight | Qt::AlignVCenter, note);
        const int room = inner.width() - 26 - painter->fontMetrics().horizontalAdvance(note) - 12;
        painter->setPen(c.text);
        painter->drawText(QRect(inner.left() + 26, inner.top(), room, inner.height()), Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, room));
        painter->restore();
    }
};

} // namespace

int PaletteDialog::score(const QString& wanted, const QString& text)
{
    int points = 1;
    qsizetype at = 0;
    bool run = false;
    for (const auto letter : wanted) {
        if (letter.isSpace()) {
            run = false;
            continue;
        }
        qsizetype next = text.indexOf(letter, at, Qt::CaseInsensitive);
        // A word's beginning further on beats a letter in the middle of this one.
        for (auto later = next; !run && later >= 0; later = text.indexOf(letter, later + 1, Qt::CaseInsensitive)) {
            if (later == 0 || !text.at(later - 1).isLetterOrNumber()) {
                next = later;
                break;
            }
        }
        if (next < 0)
            next = text.indexOf(letter, at, Qt::CaseInsensitive);
        if (next < 0)
            return 0;
        const bool wordStart = next == 0 || !text.at(next - 1).isLetterOrNumber();
        run = next == at && at > 0;
        points += wordStart ? 8 : run ? 5 : 1;
        if (next > at)
            points -= std::min<int>(3, int(next - at) / 8);
        at = next + 1;
        run = true;
    }
    return std::max(1, points * 4 - int(std::min<qsizetype>(text.size(), 80)) / 20);
}

PaletteDialog::PaletteDialog(const Actions& actions, const QList<SharedTask>& tasks, const QStringList& projects,
                             QWidget* parent)
    : QDialog(parent, Qt::Dialog | Qt::FramelessWindowHint), m_field(new QLineEdit(this)), m_list(new QListWidget(this))
{
    setObjectName(u"palette"_s);
    setWindowTitle(tr("Palette"));
    setAttribute(Qt::WA_DeleteOnClose);
    for (const auto& info : Actions::table()) {
        auto* const action = actions[info.id];
        if (action->isEnabled() && QLatin1StringView(info.id) != "go.palette"_L1)
            m_entries.push_back({action->text().remove(u'…').remove(u'&'),
                                 action->shortcut().toString(QKeySequence::NativeText), action->icon(),
                                 [action] { action->trigger(); }});
    }
    for (const auto& shared : tasks) {
        const auto& task = *shared;
        const auto face = TaskText::face(task);
        QPixmap sign(32, 32);
        sign.setDevicePixelRatio(2);
        sign.fill(Qt::transparent);
        QPainter painter(&sign);
        paintShape(painter, {0, 0, 16, 16}, face.shape, colorsFor(palette()).of(face.tone));
        painter.end();
        m_entries.push_back({task.spec.title, face.word + u"   "_s + task.id().toString(), QIcon(sign),
                             [this, id = task.id()] { Q_EMIT taskChosen(id); }});
        if (m_entries.size() > 2000)
            break;
    }
    for (const auto& path : projects)
        m_entries.push_back(
            {QDir(path).dirName(), tr("project"), icon(u"folder"_s), [this, path] { Q_EMIT projectChosen(path); }});

    m_field->setObjectName(u"paletteField"_s);
    m_field->setAccessibleName(tr("Find a task or an action"));
    m_field->setPlaceholderText(tr("Find a task or an action"));
    m_field->setMinimumHeight(36);
    m_field->installEventFilter(this);
    m_list->setObjectName(u"paletteList"_s);
    m_list->setAccessibleName(tr("Found"));
    m_list->setFrameShape(QFrame::NoFrame);
    auto ground = m_list->palette();
    ground.setColor(QPalette::Base, palette().color(QPalette::Window));
    m_list->setPalette(ground);
    m_list->setItemDelegate(new RowDelegate(m_list));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    auto* const column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 10);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    connect(m_field, &QLineEdit::textChanged, this, &PaletteDialog::fill);
    connect(m_field, &QLineEdit::returnPressed, this, &PaletteDialog::choose);
    connect(m_list, &QListWidget::itemClicked, this, &PaletteDialog::choose);
    fill({});
    resize(560, 420);
    if (parent)
        move(parent->mapToGlobal(QPoint((parent->width() - width()) / 2, 70)));
}

void PaletteDialog::fill(const QString& wanted)
{
    std::vector<std::pair<int, size_t>> found;
    for (size_t i = 0; i < m_entries.size(); ++i) {
        const auto& entry = m_entries.at(i);
        const int points =
            wanted.trimmed().isEmpty() ? 1 : std::max(score(wanted, entry.text), score(wanted, entry.note) / 2);
        if (points > 0)
            found.emplace_back(-points, i);
    }
    std::ranges::stable_sort(found, {}, &std::pair<int, size_t>::first);
    m_list->clear();
    for (const auto& [points, i] : found) {
        if (m_list->count() == maxShown)
            break;
        auto* const item = new QListWidgetItem(m_entries.at(i).picture, m_entries.at(i).text, m_list);
        item->setData(noteRole, m_entries.at(i).note);
        item->setData(entryRole, qulonglong(i));
    }
    m_list->setCurrentRow(0);
}

void PaletteDialog::choose()
{
    const auto* const item = m_list->currentItem();
    if (!item)
        return;
    const auto run = m_entries.at(size_t(item->data(entryRole).toULongLong())).run;
    accept();
    run();
}

bool PaletteDialog::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const auto key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up || key == Qt::Key_PageDown || key == Qt::Key_PageUp) {
            QCoreApplication::sendEvent(m_list, event);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace switchyard::ui
